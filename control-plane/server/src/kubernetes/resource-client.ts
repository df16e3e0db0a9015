import type { IncomingMessage } from 'node:http';
import type { ZodType } from 'zod';
import type { ApiClient } from './api-client.js';
import { ApiError, type ApiOperation } from './api-error.js';
import { type KubeObject, listSchema } from './objects.js';

/** One kind of object in one namespace. */
export interface ResourceType<T extends KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly schema: ZodType<T>;
}

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

export interface DeleteOptions {
  /** Only the object with this uid is deleted: one that took its name since is not. */
  readonly uid: string;
  readonly gracePeriodSeconds?: number;
}

/** Objects of a page of a list. */
const PAGE_SIZE = 500;
/** Watches end by themselves so often, not all at the same time. */
const WATCH_SECONDS = { least: 240, most: 300 } as const;

/** Reads, creates and deletes objects of one kind; never changes one. Throws ApiError. */
export class ResourceClient<T extends KubeObject> {
  constructor(
    private readonly api: ApiClient,
    readonly type: ResourceType<T>,
    readonly namespace: string,
  ) {}

  /** null where there is no such object. */
  async find(name: string): Promise<T | null> {
    try {
      return this.parse(
        'get',
        await this.api.json({ operation: this.operation('get'), method: 'GET', path: this.path(name) }),
      );
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return null;
      throw error;
    }
  }

  /** The whole list, read in pages. */
  async list(options: ListOptions): Promise<Listed<T>> {
    const items: T[] = [];
    let page = { resourceVersion: '', continue: '' };
    do {
      const answer = await this.api.json({
        operation: this.operation('list'),
        method: 'GET',
        path: this.path(),
        query: { ...options, limit: PAGE_SIZE, continue: page.continue || undefined },
      });
      const list = listSchema.safeParse(answer);
      if (!list.success) throw this.malformed('list', list.error.message);
      items.push(...list.data.items.map((item) => this.parse('list', item)));
      page = list.data.metadata;
    } while (page.continue !== '');
    return { items, resourceVersion: page.resourceVersion };
  }

  /** Lines of JSON, one event each, from after `resourceVersion` on. */
  watch(resourceVersion: string, options: ListOptions, signal: AbortSignal): Promise<IncomingMessage> {
    const { least, most } = WATCH_SECONDS;
    return this.api.open(
      {
        operation: this.operation('watch'),
        method: 'GET',
        path: this.path(),
        query: {
          ...options,
          watch: true,
          allowWatchBookmarks: true,
          resourceVersion,
          timeoutSeconds: Math.round(least + Math.random() * (most - least)),
        },
      },
      signal,
    );
  }

  /** Refuses unknown and misspelt fields. 409: there is an object of this name. */
  async create(body: object, options: { readonly dryRun?: boolean } = {}): Promise<T> {
    const answer = await this.api.json({
      operation: this.operation('create'),
      method: 'POST',
      path: this.path(),
      query: {
        fieldValidation: 'Strict',
        fieldManager: 'corpusmill',
        dryRun: options.dryRun ? 'All' : undefined,
      },
      body,
    });
    return this.parse('create', answer);
  }

  /** What the object owns is deleted after it. Does nothing where there is no such object, or another one. */
  async delete(name: string, { uid, gracePeriodSeconds }: DeleteOptions): Promise<void> {
    try {
      await this.api.text({
        operation: this.operation('delete'),
        method: 'DELETE',
        path: this.path(name),
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: 'Background',
          preconditions: { uid },
          ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
        },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.isNotFound || error.isConflict)) throw error;
    }
  }

  /** The text of a part of an object, as `log` of a pod. */
  readPart(name: string, part: string, query: Readonly<Record<string, string | number>>): Promise<string> {
    const operation = { ...this.operation('get'), resource: `${this.type.plural}/${part}` };
    return this.api.text({ operation, method: 'GET', path: `${this.path(name)}/${part}`, query });
  }

  /** As readPart, to be read as it comes in; the signal ends it. */
  openPart(
    name: string,
    part: string,
    { query, signal }: { query: Readonly<Record<string, string | number>>; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const operation = { ...this.operation('get'), resource: `${this.type.plural}/${part}` };
    return this.api.open({ operation, method: 'GET', path: `${this.path(name)}/${part}`, query }, signal);
  }

  operation(verb: ApiOperation['verb']): ApiOperation {
    return { verb, group: this.type.group, resource: this.type.plural, namespace: this.namespace };
  }

  parse(verb: ApiOperation['verb'], value: unknown): T {
    const parsed = this.type.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw this.malformed(verb, parsed.error.message);
  }

  private malformed(verb: ApiOperation['verb'], message: string): ApiError {
    return new ApiError(
      null,
      'Malformed',
      `${this.type.kind} cannot be read: ${message}`,
      this.operation(verb),
    );
  }

  private path(name?: string): string {
    const { group, version, plural } = this.type;
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const folder = `${root}/namespaces/${encodeURIComponent(this.namespace)}/${plural}`;
    return name === undefined ? folder : `${folder}/${encodeURIComponent(name)}`;
  }
}
