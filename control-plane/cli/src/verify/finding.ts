/** Something wrong with one file of a pulled folder. */
export interface Finding {
  readonly path: string;
  /** Stable, SCREAMING_SNAKE. */
  readonly code:
    | 'MISSING'
    | 'NOT_A_FILE'
    | 'SIZE_MISMATCH'
    | 'SHA256_MISMATCH'
    | 'BAD_HEADER'
    | 'BAD_LENGTH'
    | 'BAD_INDEX'
    | 'BAD_RECORD'
    | 'BAD_SIDECAR'
    | 'TOKEN_COUNT_MISMATCH'
    | 'TOKEN_OUT_OF_RANGE'
    | 'BAD_PARQUET';
  readonly message: string;
}

/** The structure of a file is not that of its format. */
export class StructureError extends Error {
  constructor(
    readonly code: Finding['code'],
    message: string,
  ) {
    super(message);
  }
}
