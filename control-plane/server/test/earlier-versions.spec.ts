import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobSpec, Manifest } from '../src/contracts/contracts.js';
import type { ReportDto } from '../src/reports/dto/report.dto.js';
import type { RunDto } from '../src/runs/dto/run.dto.js';
import { startTestServer, type TestServer } from './support/servers.js';
import { Workspace } from './support/workspace.js';

describe('dedup against earlier versions', () => {
  let workspace: Workspace;
  let running: TestServer;
  let earlier: RunDto;

  const recipe = (dedup: object): object =>
    workspace.recipe({ extract: { maxRecordBytes: 5000 }, dedup }, 'new');

  beforeAll(async () => {
    workspace = await Workspace.create();
    running = await startTestServer(workspace);
    const submitted = await running.api.submit(
      workspace,
      workspace.recipe({ extract: {}, dedup: {} }, 'old'),
    );
    earlier = await running.api.finished(submitted.id);
  });

  afterAll(async () => {
    await running.server.close('end');
    await workspace.remove();
  });

  function fileOf(run: RunDto, path: string): string {
    return readFileSync(join(workspace.home, 'store', path.replace('RUN', run.id)), 'utf8');
  }

  it('hands the job the named versions after its input, in order', async () => {
    const run = await running.api.finished(
      (await running.api.submit(workspace, recipe({ against: ['old@latest'] }))).id,
    );
    const [extract, dedup] = run.steps;
    const spec = JSON.parse(fileOf(run, `runs/RUN/dedup/${dedup!.attempts[0]!.id}/spec.json`)) as JobSpec;
    expect(spec.inputs.map((input) => [input.dataset, input.stage, input.versionKey])).toEqual([
      ['new/extract', 'extract', extract!.versionKey],
      ['old', 'dedup', earlier.steps[1]!.versionKey],
    ]);
    const manifest = JSON.parse(fileOf(run, `versions/dedup/${dedup!.versionKey}/manifest.json`)) as Manifest;
    expect(manifest.inputs.length).toBe(2);
  });

  it('reports only what the documents came through', async () => {
    const report = await running.api.get<ReportDto>('/v1/datasets/new/versions/latest/report');
    expect(report.body.funnel.map((stage) => `${stage.stage} ${stage.dataset}`)).toEqual([
      'extract new/extract',
      'dedup new',
    ]);
  });

  it.each([
    [{ against: ['nowhere'] }, /there is no dataset nowhere/],
    [{ against: ['old@ffffffffffff'] }, /dataset old has no version ffffffffffff/],
    [{ against: ['old/extract'] }, /only versions of dedup keep signatures/],
    [{ against: ['old'], fuzzy: { bands: 20 } }, /other settings: bands is 14, not 20/],
    [{ against: ['old'], fuzzy: { seed: 7, shingleWords: 3 } }, /shingleWords is 5, not 3, seed is 0, not 7/],
  ])('refuses what cannot be compared with: %j', async (dedup, message) => {
    const body = { recipe: recipe(dedup), baseUri: workspace.baseUri };
    const answer = await running.api.post<{ code: string; errors: { pointer: string; message: string }[] }>(
      '/v1/plans',
      body,
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'RECIPE_INVALID']);
    expect(answer.body.errors).toEqual([
      { pointer: '/stages/dedup/against/0', message: expect.stringMatching(message) },
    ]);
  });
});
