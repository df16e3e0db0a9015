import { IdempotencyEntity } from './idempotency/idempotency.entity.js';
import { RecipeEntity } from './recipes/recipe.entity.js';
import { AttemptEntity } from './runs/attempt.entity.js';
import { RunEventEntity } from './runs/run-event.entity.js';
import { RunEntity } from './runs/run.entity.js';
import { StepEntity } from './runs/step.entity.js';
import { DatasetVersionEntity, VersionEntity } from './versions/version.entity.js';
import { LeaseEntity } from './database/lease.entity.js';

/** All tables. A feature adds its entity here and a migration beside. */
export const ENTITIES = [
  RecipeEntity,
  RunEntity,
  StepEntity,
  AttemptEntity,
  RunEventEntity,
  VersionEntity,
  DatasetVersionEntity,
  IdempotencyEntity,
  LeaseEntity,
];
