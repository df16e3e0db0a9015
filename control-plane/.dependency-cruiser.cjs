/**
 * Import rules of docs/architecture.md: contracts ← config ← common ← database, storage, kubernetes ← workloads
 * ← features ← bootstrap. A feature uses another one only through its service, module, entity, DTO or error
 * files and its value types; nothing is imported across languages.
 */
const FEATURES = 'access|datasets|health|idempotency|metrics|plans|recipes|reports|runs|trace|versions';
const PUBLIC_FILES =
  '(\\.(service|module|dto|entity|errors)|/(plan|step-plan|committed-version|source-files|parquet-file))\\.ts$';

/** Folders of the server that may import only those named. */
const layer = (name, allowed) => ({
  name: `server-${name}-layer`,
  comment: `server/src/${name} may import only ${allowed.join(', ') || 'itself'}`,
  severity: 'error',
  from: { path: `^server/src/${name}/` },
  to: { path: '^server/src/', pathNot: `^server/src/(${[name, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    layer('contracts', []),
    layer('config', ['contracts']),
    layer('common', ['contracts', 'config']),
    layer('database', ['contracts', 'config', 'common']),
    layer('storage', ['contracts', 'config', 'common']),
    layer('kubernetes', ['contracts', 'config', 'common']),
    layer('workloads', ['contracts', 'config', 'common', 'storage', 'kubernetes']),
    {
      name: 'server-features-below-bootstrap',
      severity: 'error',
      from: { path: `^server/src/(${FEATURES})/` },
      to: {
        path: '^server/src/(bootstrap/|main\\.ts|app\\.module\\.ts|entities\\.ts|runtime\\.module\\.ts)',
      },
    },
    {
      name: 'server-feature-through-its-service',
      severity: 'error',
      from: { path: `^server/src/(${FEATURES})/` },
      to: { path: `^server/src/(${FEATURES})/`, pathNot: [`^server/src/$1/`, PUBLIC_FILES] },
    },
    {
      name: 'server-executor-behind-its-port',
      comment: 'only bootstrap and the module know which executor there is',
      severity: 'error',
      from: { path: `^server/src/(${FEATURES})/` },
      to: { path: '^server/src/workloads/', pathNot: '^server/src/workloads/executor\\.ts$' },
    },
    {
      name: 'kubernetes-client-in-one-place',
      severity: 'error',
      from: { pathNot: '^server/src/kubernetes/' },
      to: { path: '@kubernetes/client-node' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      from: { path: '^client/src/' },
      to: { path: '^(server|cli)/' },
    },
    {
      name: 'cli-uses-the-api',
      comment: 'the CLI talks to the server over HTTP and imports nothing of it',
      severity: 'error',
      from: { path: '^cli/src/' },
      to: { path: '^server/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.spec\\.ts|\\.d\\.ts|/main\\.ts|/write-openapi\\.ts)$' },
      to: {},
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      from: { path: '/src/', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['node_modules', '/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'server/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
