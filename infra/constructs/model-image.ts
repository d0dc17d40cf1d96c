import { readFileSync } from 'node:fs';
import { Aws, IgnoreMode } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { inRoot, ROOT } from '../root.ts';

export interface ModelImage {
  readonly uri: string;
  readonly repositoryArn: string;
}

const SERVER = 'model-container/Dockerfile';
export const TRAINING_DOCKERFILE = 'model-container/training/Dockerfile';

/** A container: from ECR where an image is named, else built by the deployment from a Dockerfile of ours. */
export function modelImage(scope: Construct, image: string | undefined, file = SERVER): ModelImage {
  if (image === undefined) return builtImage(scope, file);
  const [registry, ...path] = image.split('/');
  const [account, , , region] = registry.split('.');
  const repository = path.join('/').replace(/[:@].*$/, '');
  return { uri: image, repositoryArn: `arn:${Aws.PARTITION}:ecr:${region}:${account}:repository/${repository}` };
}

/** Synthesis only looks at the files; Docker is needed by the deployment. */
function builtImage(scope: Construct, file: string): ModelImage {
  const ignored = readFileSync(inRoot(`${file}.dockerignore`), 'utf8').split('\n');
  const asset = new DockerImageAsset(scope, 'Image', {
    directory: ROOT,
    file,
    // CDK knows the name .dockerignore alone.
    exclude: ignored.filter((line) => line !== '' && !line.startsWith('#')),
    ignoreMode: IgnoreMode.DOCKER,
    platform: Platform.LINUX_AMD64,
  });
  return { uri: asset.imageUri, repositoryArn: asset.repository.repositoryArn };
}
