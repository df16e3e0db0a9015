import type { NextFunction, Request, Response } from 'express';
import { isLoopback } from '../config/loopback.js';
import type { HttpConfig } from '../config/config.js';
import { isSameToken } from './access-token.js';
import { HostNotAllowed, Unauthenticated } from './access.errors.js';

const OPEN_PATHS = new Set(['/healthz', '/readyz']);
/** Open on loopback only: the description of the API, no data. */
const DESCRIPTION_PATH = /^\/(docs(\/.*)?|openapi\.json)$/;

export type Middleware = (request: Request, response: Response, next: NextFunction) => void;

/** Refuses requests that a foreign web page makes through DNS rebinding or cross-site calls. */
export function hostGuard(config: HttpConfig): Middleware {
  const allowed = new Set([config.bind, ...config.allowedHosts].map((host) => host.toLowerCase()));
  const isAllowed = (host: string) => isLoopback(host) || allowed.has(host);
  return (request, _response, next) => {
    const host = request.headers.host ?? '';
    if (!isAllowed(hostName(host))) return next(new HostNotAllowed('Host', host));
    const { origin } = request.headers;
    if (origin !== undefined && !isAllowed(originName(origin)))
      return next(new HostNotAllowed('Origin', origin));
    next();
  };
}

/** Asks for the bearer token on everything but health and, on loopback, the API's description. */
export function tokenGuard(config: HttpConfig, token: string): Middleware {
  const isDescriptionOpen = isLoopback(config.bind);
  return (request, response, next) => {
    if (OPEN_PATHS.has(request.path)) return next();
    if (isDescriptionOpen && DESCRIPTION_PATH.test(request.path)) return next();
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && isSameToken(given, token)) return next();
    response.setHeader('WWW-Authenticate', 'Bearer realm="corpusmill"');
    next(new Unauthenticated());
  };
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function originName(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname.toLowerCase() : '';
}
