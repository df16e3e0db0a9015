import { existsSync, readdirSync } from 'node:fs';

import { generateCrawl } from '../../demo/crawl.mjs';
import { trainQualityModel } from '../../demo/model.mjs';
import { demoRecipe } from '../../demo/recipe.mjs';
import { Home } from '../../e2e/lib/home.mjs';
import { writeDocuments } from '../../e2e/lib/recipes.mjs';
import { at } from '../../lib/paths.mjs';

const CRAWL = at('.tools/cluster/crawl');
const DOCUMENTS = at('.tools/cluster/documents');

/** The demo's crawl and model: { crawl, model } with local paths. */
export function demoData() {
  if (!existsSync(`${CRAWL}/truth.json`)) generateCrawl(CRAWL);
  return { crawl: CRAWL, model: trainQualityModel(CRAWL) };
}

/** The demo's crawl and model in a bucket: { crawl, model } with s3:// URIs. */
export async function uploadDemo(bucket) {
  const { crawl, model } = demoData();
  const kept = (await bucket.keys('crawl/')).length;
  if (kept < readdirSync(crawl).length) await bucket.upload(crawl, 'crawl/');
  return { crawl: bucket.uri('crawl'), model: { ...model, path: bucket.uri('crawl/quality.ftz') } };
}

/** A few JSON lines in a bucket, for runs that are about something else: their URI as a glob. */
export async function uploadDocuments(bucket) {
  writeDocuments(DOCUMENTS);
  await bucket.upload(DOCUMENTS, 'documents/');
  return bucket.uri('documents/*.jsonl');
}

/** The demo's recipe on this machine, in a home of its own: { manifest, seconds }. */
export async function runLocally() {
  const { crawl, model } = demoData();
  const home = new Home();
  try {
    const started = Date.now();
    const run = await home.runToEnd(demoRecipe(crawl, model));
    if (run.state !== 'succeeded')
      throw new Error(`the local run ${run.state}: ${JSON.stringify(run.problem)}`);
    const { manifest } = await home.version('web-demo');
    return { manifest, seconds: Math.round((Date.now() - started) / 1000) };
  } finally {
    home.remove();
  }
}

/** The CLI against the control plane in the cluster. */
export const clientOf = (tunnel, token) => new Home({ CORPUSMILL_URL: tunnel.url, CORPUSMILL_TOKEN: token });
