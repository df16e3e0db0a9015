import { describe, expect, it } from '@jest/globals';
import { applyOverrides } from './overrides.js';

const recipe = {
  name: 'a',
  sources: [{ name: 'crawl', uris: ['x'] }],
  stages: { extract: {}, dedup: { fuzzy: null } },
};

describe('overrides', () => {
  it('set members by path, and make objects on the way', () => {
    const { recipe: changed, problems } = applyOverrides(recipe, [
      { path: 'stages.dedup.fuzzy.minJaccard', value: 0.9 },
      { path: 'stages.mix.tokens', value: 5 },
    ]);
    expect(problems).toEqual([]);
    expect(changed).toMatchObject({ stages: { dedup: { fuzzy: { minJaccard: 0.9 } }, mix: { tokens: 5 } } });
  });

  it('find elements of arrays by index and by name', () => {
    const { recipe: changed } = applyOverrides(recipe, [
      { path: 'sources.0.kind', value: 'wet' },
      { path: 'sources.crawl.uris', value: ['y'] },
      { path: 'sources.crawl.uris.1', value: 'z' },
    ]);
    expect(changed).toMatchObject({ sources: [{ name: 'crawl', kind: 'wet', uris: ['y', 'z'] }] });
  });

  it('leave the recipe that was given as it is', () => {
    applyOverrides(recipe, [{ path: 'name', value: 'b' }]);
    expect(recipe.name).toBe('a');
  });

  it.each([
    ['__proto__.polluted'],
    ['stages.constructor.x'],
    ['a..b'],
    ['sources.other.kind'],
    ['sources.9.kind'],
    ['name.length'],
  ])('refuse the path %s', (path) => {
    const { problems } = applyOverrides(recipe, [{ path, value: 1 }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toContain('override 1:');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
