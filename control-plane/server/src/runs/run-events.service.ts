import { Injectable } from '@nestjs/common';
@Injectable() export class RunEventsService { list(..._: any[]): Promise<any> { throw new Error(); } }
