// CommonJS packages that require Nest's ESM fail in Jest unless it is loaded first.
await import('reflect-metadata');
await import('@nestjs/common');
await import('@nestjs/core');
