import { Migration } from '@mikro-orm/migrations';

/** First schema. A migration is never changed after it has landed; the next change is a new file. */
export class Migration20260101000000Init extends Migration {
  override name = 'Migration20260101000000Init';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `create table "attempts" (
    "id" varchar(40) not null,
    "run_id" varchar(36) not null,
    "step_id" varchar(36) not null,
    "number" int not null,
    "token" varchar(32) not null,
    "state" varchar(16) not null,
    "revision" int not null,
    "executor" varchar(16) not null,
    "workload" jsonb null,
    "problem" jsonb null,
    "created_at" timestamptz(3) not null,
    "submitted_at" timestamptz(3) null,
    "started_at" timestamptz(3) null,
    "finished_at" timestamptz(3) null,
    "active_at" timestamptz(3) null,
    primary key ("id")
  )`,
  `create index "attempts_run_id_index" on "attempts" ("run_id")`,
  `alter table "attempts" add constraint "attempts_step_id_number_unique" unique ("step_id", "number")`,
  `create table "dataset_versions" (
    "id" bigserial primary key,
    "dataset" varchar(100) not null,
    "version_key" varchar(64) not null,
    "run_id" varchar(64) not null,
    "created_at" timestamptz(3) not null,
    "used_at" timestamptz(3) not null
  )`,
  `create index "dataset_versions_version_key_index" on "dataset_versions" ("version_key")`,
  `create index "dataset_versions_dataset_used_at_index" on "dataset_versions" ("dataset", "used_at")`,
  `alter table "dataset_versions" add constraint "dataset_versions_dataset_version_key_unique" unique ("dataset", "version_key")`,
  `create table "idempotency_keys" (
    "scope" varchar(400) not null,
    "fingerprint" varchar(64) not null,
    "response" jsonb null,
    "created_at" timestamptz(3) not null,
    primary key ("scope")
  )`,
  `create index "idempotency_keys_created_at_index" on "idempotency_keys" ("created_at")`,
  `create table "leases" (
    "name" varchar(40) not null,
    "holder" varchar(120) not null,
    "epoch" bigint not null,
    "expires_at" timestamptz(3) not null,
    primary key ("name")
  )`,
  `create table "recipes" (
    "digest" varchar(64) not null,
    "name" varchar(63) not null,
    "recipe" jsonb not null,
    "created_at" timestamptz(3) not null,
    primary key ("digest")
  )`,
  `create index "recipes_name_index" on "recipes" ("name")`,
  `create table "runs" (
    "id" varchar(36) not null,
    "name" varchar(63) not null,
    "recipe_digest" varchar(64) not null,
    "state" varchar(16) not null,
    "revision" int not null,
    "problem" jsonb null,
    "created_at" timestamptz(3) not null,
    "started_at" timestamptz(3) null,
    "finished_at" timestamptz(3) null,
    primary key ("id")
  )`,
  `create index "runs_name_index" on "runs" ("name")`,
  `create index "runs_created_at_id_index" on "runs" ("created_at", "id")`,
  `create index "runs_state_created_at_index" on "runs" ("state", "created_at")`,
  `create table "run_events" (
    "id" bigserial primary key,
    "run_id" varchar(36) not null,
    "stage" varchar(16) null,
    "attempt_id" varchar(40) null,
    "type" varchar(32) not null,
    "at" timestamptz(3) not null,
    "data" jsonb not null
  )`,
  `create index "run_events_run_id_id_index" on "run_events" ("run_id", "id")`,
  `create table "steps" (
    "id" varchar(36) not null,
    "run_id" varchar(36) not null,
    "ordinal" int not null,
    "stage" varchar(16) not null,
    "dataset" varchar(100) not null,
    "version_key" varchar(64) not null,
    "state" varchar(16) not null,
    "revision" int not null,
    "plan" jsonb not null,
    "attempts_base" int not null,
    "reused_from_run" varchar(64) null,
    "progress" jsonb null,
    "counts" jsonb null,
    "problem" jsonb null,
    "started_at" timestamptz(3) null,
    "finished_at" timestamptz(3) null,
    "next_attempt_at" timestamptz(3) null,
    primary key ("id")
  )`,
  `create index "steps_version_key_state_index" on "steps" ("version_key", "state")`,
  `alter table "steps" add constraint "steps_run_id_ordinal_unique" unique ("run_id", "ordinal")`,
  `create table "versions" (
    "key" varchar(64) not null,
    "stage" varchar(16) not null,
    "run_id" varchar(64) not null,
    "manifest" jsonb not null,
    "manifest_uri" text not null,
    "manifest_sha256" varchar(64) not null,
    "bytes_in" bigint null,
    "bytes" bigint not null,
    "wall_seconds" double precision not null,
    "created_at" timestamptz(3) not null,
    primary key ("key")
  )`,
  `create index "versions_stage_created_at_index" on "versions" ("stage", "created_at")`,
];
