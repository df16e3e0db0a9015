/** All TypeScript suites; each workspace's jest.config.js says how its tests run. */
export default {
  projects: ['<rootDir>/client', '<rootDir>/cli', '<rootDir>/server'],
  maxWorkers: 2,
  testTimeout: 120_000,
};
