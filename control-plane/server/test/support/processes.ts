import { readdirSync, readFileSync } from 'node:fs';

/** Pids of living processes of a workspace's workloads: those with its behaviour file in their environment. */
export function workloadPids(folder: string): number[] {
  const marker = `FAKE_BEHAVIOUR=${folder}/behaviour.json`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environment = read(`/proc/${pid}/environ`);
      return environment.includes(marker) && environment.includes('CORPUSMILL_WORKLOAD=');
    })
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
