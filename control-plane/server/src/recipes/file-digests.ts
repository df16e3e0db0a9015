import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

interface Known {
  readonly bytes: bigint;
  readonly modifiedNs: bigint;
  readonly sha256: string;
}

/** SHA-256 of files; a file is read again only where its size or time of change differs. */
export class FileDigests {
  private readonly known = new Map<string, Known>();

  /** null where there is no such file. */
  async find(path: string): Promise<string | null> {
    const info = await stat(path, { bigint: true }).catch(() => null);
    if (info === null || !info.isFile()) return null;
    const known = this.known.get(path);
    if (known?.bytes === info.size && known.modifiedNs === info.mtimeNs) return known.sha256;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    this.known.set(path, { bytes: info.size, modifiedNs: info.mtimeNs, sha256 });
    return sha256;
  }
}

/** The first `length` bytes of a file; fewer where it is shorter. */
export async function readHead(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
