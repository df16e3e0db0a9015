import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';

/** An object as an API server keeps it. */
export interface FakeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface StoreEvent {
  readonly version: number;
  readonly plural: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: FakeObject;
}

/** Objects of all kinds with one version counter, as etcd: every change is an event, older ones can be compacted. */
export class FakeStore {
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly kinds = new Set(['sparkapplications', 'rayjobs', 'pods', 'events']);
  compactedVersion = 0;
  private readonly objects = new Map<string, FakeObject>();
  private events: StoreEvent[] = [];
  private version = 1;

  get currentVersion(): number {
    return this.version;
  }

  get(plural: string, name: string): FakeObject | undefined {
    return this.objects.get(`${plural}/${name}`);
  }

  list(plural: string): FakeObject[] {
    return [...this.objects]
      .filter(([key]) => key.startsWith(`${plural}/`))
      .map(([, object]) => object)
      .sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  }

  create(plural: string, body: Partial<FakeObject> & { metadata: { name: string } }): FakeObject {
    const object = structuredClone<FakeObject>(body);
    object.metadata = {
      ...object.metadata,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: new Date().toISOString(),
    };
    return this.save(plural, 'ADDED', object);
  }

  /** Replaces parts of an object; does nothing where it is gone. */
  patch(plural: string, name: string, change: (object: FakeObject) => void): void {
    const before = this.get(plural, name);
    if (before === undefined) return;
    const object = structuredClone(before);
    change(object);
    this.save(plural, 'MODIFIED', object);
  }

  remove(plural: string, name: string): void {
    const object = this.get(plural, name);
    if (object === undefined) return;
    this.save(plural, 'DELETED', structuredClone(object));
  }

  /** Events after a version; null where they are compacted. */
  after(version: number): StoreEvent[] | null {
    if (version < this.compactedVersion) return null;
    return this.events.filter((event) => event.version > version);
  }

  compact(): void {
    this.version += 1;
    this.compactedVersion = this.version;
    this.events = [];
  }

  private save(plural: string, type: StoreEvent['type'], object: FakeObject): FakeObject {
    this.version += 1;
    object.metadata.resourceVersion = String(this.version);
    const key = `${plural}/${object.metadata.name}`;
    if (type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, object);
    const event = { version: this.version, plural, type, object };
    this.events.push(event);
    this.changes.emit('change', event);
    return object;
  }
}
