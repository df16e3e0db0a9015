import { describe, expect, it } from '@jest/globals';
import { KUBERNETES } from '../../test/support/kubernetes-request.js';
import { driverMemory, executorMemory, LEAST_DRIVER_MB, leastMemoryMb } from '../config/workload-sizes.js';
import { STAGES, type Stage } from '../contracts/stage.js';
import { checkCluster } from './cluster-checks.js';
import type { RecipeResources } from './recipe.js';

const problemsOf = (
  stage: Stage,
  given: RecipeResources,
  { queue = null, ...limits }: Partial<(typeof KUBERNETES)['limits']> & { queue?: string | null } = {},
) =>
  checkCluster(
    {
      apiVersion: 'corpusmill.dev/v1',
      name: 'test',
      sources: [],
      stages: { [stage]: {} },
      resources: { [stage]: given },
    },
    { ...KUBERNETES, queue, limits: { ...KUBERNETES.limits, ...limits } },
  );

describe('what a stage asks of a cluster', () => {
  it.each([
    ['extract', { cpu: 3 }, 864 + 3 * 512],
    ['filter', { cpu: 3 }, 864],
    ['mix', { cpu: 1 }, 864],
    ['score', { cpu: 3 }, 384 + 3 * 192],
    ['scrub', { cpu: 1 }, 576],
  ] as const)('has a least memory: %s with %o', (stage, { cpu }, least) => {
    expect(problemsOf(stage, { cpu, memoryMb: least })).toEqual([]);
    expect(problemsOf(stage, { cpu, memoryMb: least - 1 })).toEqual([
      {
        pointer: `/resources/${stage}/memoryMb`,
        message: expect.stringContaining(`${least - 1} MiB is too little`),
      },
    ]);
  });

  it('leaves every JVM of least memory the heap without which Spark refuses to start', () => {
    expect(driverMemory(LEAST_DRIVER_MB)).toEqual({ heapMb: 480, overheadMb: 384 });
    for (const stage of STAGES.filter((name) => name !== 'score' && name !== 'scrub'))
      for (const cpu of [1, 2, 16, 64]) {
        const { heapMb, overheadMb } = executorMemory(stage, { cpu, memoryMb: leastMemoryMb(stage, cpu) });
        expect(heapMb).toBeGreaterThanOrEqual(480);
        expect(overheadMb).toBeGreaterThanOrEqual(384);
      }
  });

  it("names the server's default where that is too small", () => {
    expect(problemsOf('extract', { cpu: 7 })).toEqual([
      {
        pointer: '/resources/extract/memoryMb',
        message:
          "4096 MiB (this server's default) is too little for a Spark executor of extract with 7 cores, which needs 4448 MiB; set resources.extract.memoryMb to 4448 or more, or lower cpu",
      },
    ]);
  });

  it('may reach the limits of all its pods together and not pass them, the driver counted', () => {
    const size = { cpu: 4, memoryMb: 8192, executors: 3 };
    const [totalCpu, totalMemoryMb] = [4 * 3 + 1, 8192 * 3 + 2048];
    expect(problemsOf('filter', size, { totalCpu, totalMemoryMb })).toEqual([]);
    expect(problemsOf('filter', size, { totalCpu: totalCpu - 1, totalMemoryMb: totalMemoryMb - 1 })).toEqual([
      {
        pointer: '/resources/filter/executors',
        message:
          "filter needs 13 cores in all (executors or workers, and driver or head), more than this server's limit, 12; lower executors or cpu of resources.filter",
      },
      {
        pointer: '/resources/filter/executors',
        message:
          "filter needs 26624 MiB in all (executors or workers, and driver or head), more than this server's limit, 26623; lower executors or memoryMb of resources.filter",
      },
    ]);
  });

  it('counts the head and the submitter of a Ray stage', () => {
    const size = { cpu: 2, memoryMb: 4096, executors: 2 };
    const [totalCpu, totalMemoryMb] = [2 * 2 + 1 + 1, 4096 * 2 + 2048 + 512];
    expect(problemsOf('score', size, { totalCpu, totalMemoryMb })).toEqual([]);
    expect(problemsOf('score', size, { totalCpu: totalCpu - 1 })).toHaveLength(1);
    expect(problemsOf('score', size, { totalMemoryMb: totalMemoryMb - 1 })).toHaveLength(1);
  });

  it('takes the lower bound of a range on Spark alone, and outside a queue', () => {
    const size = { cpu: 2, executors: { min: 1, max: 10 } };
    expect(problemsOf('filter', size, { totalCpu: 3 })).toEqual([]);
    expect(problemsOf('filter', size, { totalCpu: 2 })[0]?.pointer).toBe('/resources/filter/executors/min');
    expect(problemsOf('filter', size, { totalCpu: 20, queue: 'q' })).toHaveLength(1);
    expect(problemsOf('score', size, { totalCpu: 21 })).toHaveLength(1);
  });
});
