import { CorpusmillError, RequestInvalid } from '../common/errors.js';

export class DatasetNotFound extends CorpusmillError {
  readonly code = 'DATASET_NOT_FOUND';
  constructor(name: string) {
    super(`there is no dataset ${name.slice(0, 200)}; list them with GET /v1/datasets`);
  }
}

export class DatasetVersionNotFound extends CorpusmillError {
  readonly code = 'DATASET_VERSION_NOT_FOUND';
  constructor(name: string, version: string) {
    super(
      `dataset ${name} has no version ${version}; list them with GET /v1/datasets/${encodeURIComponent(name)}/versions`,
    );
  }
}

export class VersionAmbiguous extends RequestInvalid {
  constructor(name: string, version: string) {
    super(`dataset ${name} has several versions that begin with ${version}; give more digits`, [
      { pointer: '/version', message: 'names several versions' },
    ]);
  }
}

export class FileNotFound extends CorpusmillError {
  readonly code = 'FILE_NOT_FOUND';
  constructor(version: string, path: string) {
    super(`version ${version} has no file ${path.slice(0, 200)}; list them with GET …/files`);
  }
}

export class RangeNotSatisfiable extends CorpusmillError {
  readonly code = 'RANGE_NOT_SATISFIABLE';
  constructor(range: string, bytes: number) {
    super(`range ${range.slice(0, 100)} is outside of the file's ${bytes} bytes`);
  }
}
