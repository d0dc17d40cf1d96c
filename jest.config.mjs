/**
 * Tests run as ES modules straight from TypeScript; `npm test` sets the Node flag that needs.
 * @type {import('jest').Config}
 */
const config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  // Far above what any test takes: a busy machine must not look like a hanging test.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

export default config;
