import { CorpusmillApiError, ServerUnreachableError } from '@corpusmill/client';
import type { CorpusmillClient, FileAddress } from '@corpusmill/client';

import type { OpenRemote } from './fetch-file.js';

/**
 * Opens the files of a dataset's version where the store serves them itself, else through the server. A URL that
 * has expired is renewed; where the store refuses a new one too, or cannot be reached from here, the server sends
 * the bytes for the rest of the pull.
 */
export function remoteFiles(client: CorpusmillClient, dataset: string): (versionKey: string) => OpenRemote {
  const urls = new StoreUrls(client);
  return (version) => async (path, start, ifRange, signal) => {
    const file = { dataset, version, path };
    return (await urls.open(file, start, signal)) ?? client.openFile(file, { start, ifRange }, signal);
  };
}

class StoreUrls {
  private readonly known = new Map<string, string>();
  private isUsable = true;
  private hasServed = false;

  constructor(private readonly client: CorpusmillClient) {}

  /** null where the server is to be asked. */
  async open(file: FileAddress, start: number, signal: AbortSignal): Promise<Response | null> {
    const known = this.known.get(file.path);
    if (known !== undefined) {
      const response = await this.tryOpen(known, start, signal);
      if (response !== 'refused') return response;
    }
    const fresh = this.isUsable ? await this.client.findFileUrl(file) : null;
    const response = fresh === null ? 'refused' : await this.tryOpen(fresh, start, signal);
    if (fresh === null || response === 'refused' || response === null) {
      this.isUsable = false;
      this.known.clear();
      return null;
    }
    this.known.set(file.path, fresh);
    return response;
  }

  /**
   * 'refused' for 400 and 403, with which stores answer to what has expired; null where no store was ever reached.
   * The store's ETag is not the file's SHA-256, by which alone it is checked.
   */
  private async tryOpen(
    url: string,
    start: number,
    signal: AbortSignal,
  ): Promise<Response | 'refused' | null> {
    try {
      const { status, headers, body } = await this.client.openUrl(url, start, signal);
      this.hasServed = true;
      const kept = new Headers(headers);
      kept.delete('etag');
      return new Response(body, { status, headers: kept });
    } catch (error) {
      if (error instanceof CorpusmillApiError && [400, 403].includes(error.status)) return 'refused';
      if (error instanceof ServerUnreachableError && !this.hasServed && !signal.aborted) return null;
      throw error;
    }
  }
}
