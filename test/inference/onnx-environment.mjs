import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest gives tests array types of their own; ONNX Runtime's native part hands out Node's, and its JavaScript part then
 * finds that a Float32Array is none. Here both are Node's. Use: `@jest-environment ./test/inference/onnx-environment.mjs`
 */
export default class OnnxEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { Float32Array, Uint16Array, Uint32Array });
  }
}
