import type { ManifestFile } from '../manifest/manifest.js';

/** Which files of a version to pull; empty lists select everything. */
export interface Selection {
  /** llmc, megatron, tfrecord or parquet. */
  readonly formats: readonly string[];
  /** Globs over paths. */
  readonly include: readonly string[];
}

const SHARD_FORMATS = new Set(['llmc', 'megatron', 'tfrecord']);

/** Files that the selection names: those of one of its formats that also match one of its globs. */
export function selectFiles(files: readonly ManifestFile[], selection: Selection): readonly ManifestFile[] {
  const patterns = selection.include.map(globToRegExp);
  return files.filter(
    (file) =>
      (selection.formats.length === 0 || selection.formats.includes(formatOf(file))) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(file.path))),
  );
}

/** The format that a file belongs to: a shard's sidecar goes with the shard. */
function formatOf(file: ManifestFile): string {
  const folder = file.path.slice(0, file.path.indexOf('/'));
  return SHARD_FORMATS.has(folder) ? folder : file.format;
}

/** `*` and `?` stay within a folder, `**` does not. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    return token === '?' ? '[^/]' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
