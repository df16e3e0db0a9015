// Builds the images of docker/*.Dockerfile with docker or buildah, whichever answers: `npm run images -- --help`.
import { UsageError, readOptions } from './lib/options.mjs';
import { ROOT, at } from './lib/paths.mjs';
import { capture, run } from './lib/run.mjs';
import { setup } from './setup.mjs';

const HELP = `usage: npm run images [-- options]

  --tag TAG        tag of every image, not "latest" (default dev)
  --prefix NAME    what stands before the image's name (default localhost/corpusmill)
  --only LIST      some of control-plane,spark,ray,postgres
  --gpu            build ray with CUDA, as PREFIX/ray:TAG-gpu
  --builder CMD    build with "CMD NAME:TAG DOCKERFILE CONTEXT [--build-arg K=V]" instead of docker or buildah
  --help           this text
`;

const IMAGES = ['control-plane', 'spark', 'ray', 'postgres'];
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

const CONFIG = {
  options: {
    tag: { type: 'string', default: 'dev' },
    prefix: { type: 'string', default: 'localhost/corpusmill' },
    only: { type: 'string', default: IMAGES.join(',') },
    gpu: { type: 'boolean', default: false },
    builder: { type: 'string' },
  },
};

function checked({ values }) {
  if (!TAG.test(values.tag) || values.tag === 'latest')
    throw new UsageError(
      `--tag ${values.tag}: give a tag of letters, digits, "_", "." and "-", not "latest"`,
    );
  const only = values.only.split(',');
  const unknown = only.filter((name) => !IMAGES.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`--only ${unknown.join(',')}: no such image; there are ${IMAGES.join(', ')}`);
  return { ...values, only };
}

const answers = (command, ...args) =>
  run(command, args, { stdio: 'ignore' }).then(
    (status) => status === 0,
    () => false,
  );

/** A function that runs the builder on (image, dockerfile, build arguments) and resolves with its exit status. */
async function findBuilder(custom) {
  if (custom) {
    const [command, ...first] = custom.split(/\s+/);
    return (image, file, args) => run(command, [...first, image, file, ROOT, ...args]);
  }
  if (await answers('docker', 'info'))
    return (image, file, args) => run('docker', ['build', ...args, '--tag', image, '--file', file, ROOT]);
  if (await answers('buildah', '--version'))
    return (image, file, args) =>
      run('buildah', ['build', '--layers', ...args, '--tag', image, '--file', file, ROOT]);
  throw new UsageError(
    'no builder answers: start the docker daemon, install buildah, or name one with --builder',
  );
}

/** Bytes of an image, uncompressed; null where neither tool knows it. */
async function sizeOf(image) {
  for (const tool of ['docker', 'buildah']) {
    const format = tool === 'docker' ? '{{.Size}}' : '{{.Size}}';
    const args =
      tool === 'docker'
        ? ['image', 'inspect', '--format', format, image]
        : ['images', '--format', format, image];
    const text = await capture(tool, args, { stdio: ['ignore', 'pipe', 'ignore'] }).catch(() => null);
    if (text) return text.trim();
  }
  return 'size unknown';
}

async function images() {
  const options = readOptions(HELP, CONFIG, checked);
  const build = await findBuilder(options.builder);
  await setup();
  const built = [];
  for (const name of options.only) {
    const gpu = name === 'ray' && options.gpu;
    const image = `${options.prefix}/${name}:${options.tag}${gpu ? '-gpu' : ''}`;
    process.stderr.write(`images: ${image}\n`);
    const args = gpu ? ['--build-arg', 'ACCELERATOR=gpu'] : [];
    const status = await build(image, at(`docker/${name}.Dockerfile`), args);
    if (status !== 0) throw new Error(`${image} was not built: the builder ended with status ${status}`);
    built.push(image);
  }
  for (const image of built) process.stdout.write(`${image}  ${await sizeOf(image)}\n`);
}

await images().catch((error) => {
  process.stderr.write(`images: ${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
