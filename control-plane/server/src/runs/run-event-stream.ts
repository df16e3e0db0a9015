import { Injectable } from '@nestjs/common';
@Injectable() export class RunEventStream { send(..._: any[]): Promise<any> { throw new Error(); } }
