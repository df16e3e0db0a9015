import type { components, operations } from './schema.js';

type Schemas = components['schemas'];

export type RecipeRequest = Schemas['RecipeRequest'];
export type ValidatedRecipe = Schemas['ValidatedRecipe'];
export type Explanation = Schemas['Explanation'];
export type ExplanationRequest = Schemas['ExplanationRequest'];
export type RuleVerdict = Schemas['RuleVerdict'];
export type Plan = Schemas['Plan'];
export type Run = Schemas['Run'];
export type RunPage = Schemas['RunPage'];
export type Step = Schemas['Step'];
export type Dataset = Schemas['Dataset'];
export type DatasetPage = Schemas['DatasetPage'];
export type Version = Schemas['Version'];
export type VersionPage = Schemas['VersionPage'];
export type FileUrl = Schemas['FileUrl'];
export type Report = Schemas['Report'];
export type FunnelStage = Schemas['FunnelStage'];
export type Trace = Schemas['Trace'];
export type TraceQuery = operations['trace']['parameters']['query'];
