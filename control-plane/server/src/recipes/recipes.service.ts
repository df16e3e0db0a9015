import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { canonicalDigest, isPlainObject } from '../common/canonical-json.js';
import type { ErrorItem } from '../common/errors.js';
import { decodeCursor, mapPage, type Page, type PageQuery, toPage } from '../common/http/pagination.js';
import { INPUT_OBJECTS, SERVER_CONFIG } from '../common/tokens.js';
import type { ServerConfig } from '../config/config.js';
import type { JobModel, JobTokenizer } from '../contracts/contracts.js';
import { Database } from '../database/database.js';
import type { ObjectReader } from '../storage/object-storage.js';
import type { RecipeDto, RecipeRequest, ValidatedRecipe } from './dto/recipe.dto.js';
import { resolveLists } from './lists.js';
import { resolveModel } from './models.js';
import { applyOverrides } from './overrides.js';
import type { Recipe, RecipeModel, RecipeModelObject, RecipeTokenizer, StageSettings } from './recipe.js';
import { checkReach } from './resource-checks.js';
import { checkRecipe } from './recipe-checks.js';
import { RecipeEntity, type RecipeRow } from './recipe.entity.js';
import { RecipeFiles } from './recipe-files.js';
import { RecipeSchema } from './recipe-schema.js';
import { parseRecipeText } from './recipe-text.js';
import { RecipeInvalid, RecipeNotFound } from './recipes.errors.js';
import { type ResolvedSource, resolveSources } from './source-files.js';
import { resolveTokenizer } from './tokenizers.js';
import { validParts } from './valid-parts.js';

/** A recipe with everything it names found and checked: nothing is left that could be wrong with it. */
export interface ResolvedRecipe {
  readonly recipe: Recipe;
  readonly digest: string;
  readonly sources: readonly ResolvedSource[];
  readonly models: readonly JobModel[];
  readonly modelSettings: readonly RecipeModelObject[];
  /** The lists of filter rules. */
  readonly lists: readonly JobModel[];
  readonly tokenizer: JobTokenizer | null;
}

type Resources = Pick<ResolvedRecipe, 'sources' | 'models' | 'modelSettings' | 'lists' | 'tokenizer'>;

@Injectable()
export class RecipesService {
  private readonly schema = new RecipeSchema();
  private readonly files: RecipeFiles;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly database: Database,
    @Inject(INPUT_OBJECTS) private readonly inputs: ObjectReader,
  ) {
    this.files = new RecipeFiles(inputs);
  }

  /** Throws RecipeInvalid with every problem there is. */
  async validate(request: RecipeRequest): Promise<ValidatedRecipe> {
    const { recipe, digest } = await this.resolve(request);
    return { digest, name: recipe.name, recipe: recipe as unknown as Record<string, unknown> };
  }

  /** Validates a recipe completely, files, models and tokenizer included; throws RecipeInvalid. */
  async resolve(request: RecipeRequest): Promise<ResolvedRecipe> {
    const value = parse(request);
    const schemaProblems = this.schema.problemsOf(value);
    const completed = this.schema.complete(value);
    const recipe = schemaProblems.length === 0 ? completed : validParts(completed, schemaProblems);
    const baseDirectory = request.baseUri === undefined ? process.cwd() : fileURLToPath(request.baseUri);
    const { resources, problems } = await this.findResources(recipe, baseDirectory);
    const all = [
      ...schemaProblems,
      ...checkRecipe(recipe, this.config),
      ...checkReach(resources.sources, this.config),
      ...problems,
    ];
    if (all.length > 0) throw new RecipeInvalid(all);
    return { recipe, digest: canonicalDigest(recipe), ...resources };
  }

  /** The settings that jobs of a stage get: every default filled in, names replaced by what they stand for. */
  settingsOf(stage: keyof Recipe['stages'], resolved: ResolvedRecipe): Record<string, unknown> {
    const settings = resolved.recipe.stages[stage] ?? {};
    if (stage === 'filter') return { ...settings, rules: this.completeRules(settings['rules']) };
    if (stage === 'score') return { ...settings, models: resolved.modelSettings };
    if (stage === 'tokenize') return withoutChunks(settings);
    if (stage === 'mix') return { ...settings, name: resolved.recipe.name };
    return { ...settings };
  }

  /** Keeps a recipe that is submitted; one that is known stays as it is. */
  async record(em: EntityManager, { digest, recipe }: ResolvedRecipe, now: Date): Promise<void> {
    await em.upsert(
      RecipeEntity,
      { digest, name: recipe.name, recipe: recipe as unknown as Record<string, unknown>, createdAt: now },
      { onConflictFields: ['digest'], onConflictAction: 'ignore' },
    );
  }

  async list(query: PageQuery): Promise<Page<RecipeDto>> {
    const after = decodeCursor(query.cursor, 2);
    const rows = await this.database.read((em) =>
      em.find(RecipeEntity, after === null ? {} : olderThan(after), {
        orderBy: { createdAt: 'desc', digest: 'desc' },
        limit: query.limit + 1,
      }),
    );
    return mapPage(
      toPage(rows, query.limit, (row) => [row.createdAt.toISOString(), row.digest]),
      toDto,
    );
  }

  async get(digest: string): Promise<RecipeDto> {
    const row = await this.database.read((em) => em.findOne(RecipeEntity, { digest }));
    if (row === null) throw new RecipeNotFound(digest);
    return toDto(row);
  }

  private completeRules(rules: unknown): readonly unknown[] {
    return (Array.isArray(rules) ? rules : []).map((rule: unknown) => {
      const named = isPlainObject(rule) ? rule : { name: rule };
      return this.schema.completeDefinition(RULE_DEFINITIONS[String(named['name'])]!, named);
    });
  }

  private async findResources(
    recipe: Recipe,
    baseDirectory: string,
  ): Promise<{ resources: Resources; problems: readonly ErrorItem[] }> {
    const context = {
      baseDirectory,
      inputs: this.inputs,
      files: this.files,
      modelsUri: pathToFileURL(join(this.config.home, 'models')).href,
    };
    const models = (recipe.stages.score?.['models'] ?? []) as readonly RecipeModel[];
    const tokenizer = recipe.stages.tokenize?.['tokenizer'] as RecipeTokenizer | undefined;
    const [sources, resolvedModels, lists, resolvedTokenizer] = await Promise.all([
      resolveSources(recipe, context),
      Promise.all(
        models.map((model, index) => resolveModel(model, `/stages/score/models/${index}`, context)),
      ),
      resolveLists(recipe, context),
      tokenizer === undefined ? null : resolveTokenizer(tokenizer, '/stages/tokenize/tokenizer', context),
    ]);
    const found = resolvedModels.filter((model) => model.problem === null);
    const missing = [...resolvedModels, resolvedTokenizer].map((one) => one?.problem ?? null);
    return {
      resources: {
        sources: sources.sources,
        models: found.map(({ model }) => model),
        modelSettings: found.map(({ settings }) => settings),
        lists: lists.lists,
        tokenizer: resolvedTokenizer?.tokenizer ?? null,
      },
      problems: [...sources.problems, ...lists.problems, ...missing.filter((problem) => problem !== null)],
    };
  }
}

/** Names of the rules' definitions in recipe.schema.json. */
const RULE_DEFINITIONS: Readonly<Record<string, string>> = {
  'gopher-quality': 'gopherQuality',
  'gopher-repetition': 'gopherRepetition',
  c4: 'c4',
  fineweb: 'fineweb',
  'c4-bad-words': 'c4BadWords',
  'c4-paragraph': 'c4Paragraph',
  'refinedweb-lines': 'refinedwebLines',
  urls: 'urls',
  symbols: 'symbols',
  'text-to-code': 'textToCode',
};

/** Chunks are how a version is exported, and no part of it. */
function withoutChunks({ chunks: _chunks, ...settings }: StageSettings): Record<string, unknown> {
  return settings;
}

function parse(request: RecipeRequest): unknown {
  const parsed =
    typeof request.recipe === 'string'
      ? parseRecipeText(request.recipe)
      : { value: request.recipe as unknown, problems: [] };
  if (parsed.problems.length > 0) throw new RecipeInvalid(parsed.problems);
  const { recipe, problems } = applyOverrides(parsed.value, request.overrides);
  if (problems.length > 0) throw new RecipeInvalid(problems);
  return recipe;
}

function olderThan([createdAt, digest]: readonly (string | number)[]): object {
  const at = new Date(String(createdAt));
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, digest: { $lt: String(digest) } }] };
}

function toDto(row: RecipeRow): RecipeDto {
  return { digest: row.digest, name: row.name, recipe: row.recipe, createdAt: row.createdAt.toISOString() };
}
