import { Injectable } from '@nestjs/common';
@Injectable() export class RunsService { list(_: any): Promise<any> { throw new Error(); } get(_: any): Promise<any> { throw new Error(); } }
