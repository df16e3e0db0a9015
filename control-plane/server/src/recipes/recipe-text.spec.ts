import { describe, expect, it } from '@jest/globals';
import { parseRecipeText } from './recipe-text.js';

describe('recipe text', () => {
  it('parses YAML and JSON alike', () => {
    expect(parseRecipeText('a: 1\nb: [x, y]\n').value).toEqual({ a: 1, b: ['x', 'y'] });
    expect(parseRecipeText('{"a": 1, "b": ["x", "y"]}').value).toEqual({ a: 1, b: ['x', 'y'] });
  });

  it('names line and column of a key that is there twice', () => {
    const { problems } = parseRecipeText('name: a\nstages:\n  mix: {}\n  mix: {}\n');
    expect(problems).toEqual([{ pointer: '', message: 'line 4, column 3: Map keys must be unique' }]);
  });

  it('names the line of what is no YAML', () => {
    const { problems } = parseRecipeText('name: "open\n');
    expect(problems[0]!.message).toMatch(/^line \d+, column \d+: Missing closing/);
  });

  it('refuses custom tags', () => {
    expect(parseRecipeText('name: !!js/function "x"\n').problems).toHaveLength(1);
  });

  it('refuses a small text that would expand without bound', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level + 1}: &l${level + 1} [${Array.from({ length: 9 }, () => `*l${level}`).join(', ')}]`,
    );
    const { value, problems } = parseRecipeText(`l0: &l0 lol\n${levels.join('\n')}\n`);
    expect(value).toBeNull();
    expect(problems).toHaveLength(1);
  });

  it('refuses a text nested too deep instead of breaking', () => {
    expect(parseRecipeText('['.repeat(100_000)).problems.length).toBeGreaterThan(0);
  });
});
