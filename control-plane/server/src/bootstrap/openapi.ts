import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { VERSION } from '../contracts/version.js';

interface ConvertedSchema {
  schema: Record<string, unknown>;
  components?: Record<string, Record<string, unknown>>;
}

/** Builds the description of the API; needs no database. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Corpusmill')
    .setDescription('Raw web crawls in, trainer-ready token shards out, with lineage for every token')
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, config, { standardSchemaConverter: convertSchema });
}

/** JSON Schema 2020-12 (OpenAPI 3.1) of a zod schema; schemas with an id become components. */
function convertSchema(
  schema: unknown,
  options: { schemaType: 'input' | 'output' },
): ConvertedSchema | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const json = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: options.schemaType,
    unrepresentable: 'any',
  });
  const { $schema: _dialect, $defs: definitions, ...root } = json as Record<string, unknown>;
  const components = dropIds((definitions ?? {}) as Record<string, Record<string, unknown>>);
  const { id } = root;
  if (typeof id !== 'string') return { schema: root, components };
  const { id: _id, ...body } = root;
  return { schema: { $ref: `#/$defs/${id}` }, components: { ...components, [id]: body } };
}

function dropIds(
  components: Record<string, Record<string, unknown>>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(components).map(([name, { id: _id, ...definition }]) => [name, definition]),
  );
}
