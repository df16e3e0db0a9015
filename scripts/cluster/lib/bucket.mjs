import { createReadStream, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** A bucket of the test's own on the cluster's S3 server. `access` holds AWS_* settings. */
export class Bucket {
  constructor(name, access) {
    this.name = name;
    this.client = new S3Client({
      region: access.AWS_REGION,
      endpoint: access.AWS_ENDPOINT_URL_S3,
      forcePathStyle: true,
      credentials: { accessKeyId: access.AWS_ACCESS_KEY_ID, secretAccessKey: access.AWS_SECRET_ACCESS_KEY },
    });
  }

  uri(key = '') {
    return `s3://${this.name}/${key}`;
  }

  async create() {
    await this.client.send(new CreateBucketCommand({ Bucket: this.name }));
  }

  /** Uploads the files of a folder below a prefix that ends with a slash. */
  async upload(folder, prefix) {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const { size } = statSync(file);
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.name,
          Key: `${prefix}${name}`,
          Body: createReadStream(file),
          ContentLength: size,
        }),
      );
    }
  }

  async keys(prefix = '') {
    const keys = [];
    let token;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    } while (token);
    return keys;
  }

  async json(key) {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return JSON.parse(await Body.transformToString());
  }

  async remove() {
    for (let keys = await this.keys(); keys.length > 0; keys = await this.keys()) {
      const Objects = keys.slice(0, 1000).map((Key) => ({ Key }));
      await this.client.send(new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects } }));
    }
    await this.client.send(new DeleteBucketCommand({ Bucket: this.name }));
  }
}
