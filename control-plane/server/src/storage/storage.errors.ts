import { CorpusmillError } from '../common/errors.js';
import { messageOf } from '../common/error-code.js';

export class ObjectMissing extends CorpusmillError {
  readonly code = 'FILE_NOT_FOUND';
  constructor(readonly uri: string) {
    super(`there is no object ${uri}`);
  }
}

export class StorageUnavailable extends CorpusmillError {
  readonly code = 'STORAGE_UNAVAILABLE';
  override readonly retryable = true;
  constructor(uri: string, cause: unknown) {
    super(`the object store did not answer for ${uri}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

export class DiskFull extends CorpusmillError {
  readonly code = 'DISK_FULL';
  constructor(path: string, bytes: number, cause: unknown) {
    super(`no space left for ${path} (${bytes} bytes needed); free space, then retry the run`, { cause });
  }
}
