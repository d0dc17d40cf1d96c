import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest gives tests an Error of their own; those of Node's sockets are none by it, and the SDK then wraps them and loses
 * their codes. Here both are Node's. Use: `@jest-environment ./test/adapters/aws/node-errors-environment.mjs`
 */
export default class NodeErrorsEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.Error = Error;
  }
}
