#!/usr/bin/env node
/**
 * Stands in for the Python of the jobs: keeps docs/contracts/spark-host.md and local-process.md and does as
 * FAKE_BEHAVIOUR (a JSON file: stage → behaviour) says. What it does is appended to FAKE_JOURNAL.
 */
import { runHost } from './fake-host.mjs';
import { runJob } from './fake-job.mjs';

const [, module, ...rest] = process.argv.slice(2);
if (module === 'corpusmill_ray') process.exit(await runJob(rest[0]));
else if (module === 'corpusmill_extract.host') await runHost(rest);
else process.exit(64);
