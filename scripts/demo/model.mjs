import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { VENV_PYTHON, toolEnvironment } from '../lib/paths.mjs';

/** Trains the quality model on a generated crawl's texts: { path, sha256 }, as a recipe wants it. */
export function trainQualityModel(crawl) {
  const file = path.join(crawl, 'quality.ftz');
  if (!existsSync(file)) {
    const texts = ['positive', 'negative'].flatMap((kind) => [
      `--${kind}`,
      path.join(crawl, `quality-${kind}.jsonl`),
    ]);
    execFileSync(VENV_PYTHON, ['-m', 'corpusmill_ray.tasks.train_quality', ...texts, '--out', file], {
      env: toolEnvironment(),
      stdio: 'ignore',
    });
  }
  return { path: file, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
}
