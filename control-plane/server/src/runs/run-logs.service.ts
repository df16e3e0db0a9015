import { Injectable } from '@nestjs/common';
@Injectable() export class RunLogsService { read(..._: any[]): Promise<any> { throw new Error(); } }
