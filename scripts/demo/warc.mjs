import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const CRLF = '\r\n';

const uuidOf = (text) => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** One WARC 1.1 record (ISO 28500:2017) as bytes. `content`: the block, a Buffer. */
export function warcRecord({ type, url, time, contentType, content }) {
  const header = [
    'WARC/1.1',
    `WARC-Type: ${type}`,
    `WARC-Record-ID: <${uuidOf(`${type} ${url} ${time} ${content.length}`)}>`,
    `WARC-Date: ${time}`,
    ...(url ? [`WARC-Target-URI: ${url}`] : []),
    `Content-Type: ${contentType}`,
    `Content-Length: ${content.length}`,
  ];
  return Buffer.concat([Buffer.from(header.join(CRLF) + CRLF + CRLF), content, Buffer.from(CRLF + CRLF)]);
}

/** A response record: HTTP status line, headers and the page's bytes. */
export function response({
  url,
  time,
  body,
  status = '200 OK',
  headers = { 'Content-Type': 'text/html; charset=utf-8' },
}) {
  const lines = [
    `HTTP/1.1 ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
  ];
  const content = Buffer.concat([Buffer.from(lines.join(CRLF) + CRLF + CRLF), body]);
  return warcRecord({
    type: 'response',
    url,
    time,
    contentType: 'application/http; msgtype=response',
    content,
  });
}

/** The request that a crawler stores beside a response. */
export function request({ url, time }) {
  const { host, pathname } = new URL(url);
  const content = Buffer.from(`GET ${pathname} HTTP/1.1${CRLF}Host: ${host}${CRLF}${CRLF}`);
  return warcRecord({
    type: 'request',
    url,
    time,
    contentType: 'application/http; msgtype=request',
    content,
  });
}

/** The first record of a file. */
export function warcInfo(time) {
  const content = Buffer.from(`software: corpusmill-demo${CRLF}format: WARC File Format 1.1${CRLF}`);
  return warcRecord({ type: 'warcinfo', time, contentType: 'application/warc-fields', content });
}

/** Records as a .warc.gz: one gzip member each, as crawlers write them. */
export const gzipMembers = (records) => records.map((record) => gzipSync(record, { level: 6 }));
