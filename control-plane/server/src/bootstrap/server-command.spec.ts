import { expect, test } from '@jest/globals';
import { USAGE, UsageError, parseServerCommand } from './server-command.js';

test.each([
  [[], { name: 'serve' }],
  [['serve'], { name: 'serve' }],
  [['serve', '--idle-exit', '60'], { name: 'serve', idleExitSeconds: 60 }],
  [['migrate'], { name: 'migrate' }],
  [['--help'], { name: 'help' }],
  [['migrate', '-h'], { name: 'help' }],
])('%j is understood', (args, command) => {
  expect(parseServerCommand(args)).toEqual(command);
});

test.each([
  [['migrat'], /unknown command "migrat"; there are serve and migrate/],
  [['serve', 'now'], /unknown command "serve now"/],
  [['--idle-exit', '0'], /--idle-exit "0" is not a whole number of seconds/],
  [['--idle-exit', 'soon'], /"soon"/],
  [['--port', '80'], /'--port'/],
])('%j is refused by name', (args, message) => {
  expect(() => parseServerCommand(args)).toThrow(UsageError);
  expect(() => parseServerCommand(args)).toThrow(message);
});

test('the usage names every command and option', () => {
  for (const word of ['serve', 'migrate', '--idle-exit', '--help']) expect(USAGE).toContain(word);
});
