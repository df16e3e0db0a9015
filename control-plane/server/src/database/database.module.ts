import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database } from './database.js';
import { Lease } from './lease.js';

@Global()
@Module({})
export class DatabaseModule {
  /** The database is opened before the application and closed after it. */
  static with(database: Database, lease: Lease): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Lease, useValue: lease },
      ],
      exports: [Database, Lease],
    };
  }
}
