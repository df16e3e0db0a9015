import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProcessTable } from '../workloads/local/process-table.js';
import { writeAtomically } from '../workloads/local/local-file.js';
import { VERSION } from '../contracts/version.js';

/** Tells clients on this machine where the server of a home folder is. */
export async function writeServerFile(home: string, url: string): Promise<void> {
  const content = {
    url,
    pid: process.pid,
    pidStartTime: new ProcessTable().findStartTime(process.pid),
    startedAt: new Date().toISOString(),
    version: VERSION,
  };
  await writeAtomically(join(home, 'server.json'), `${JSON.stringify(content, null, 2)}\n`);
}

export async function removeServerFile(home: string): Promise<void> {
  await rm(join(home, 'server.json'), { force: true });
}
