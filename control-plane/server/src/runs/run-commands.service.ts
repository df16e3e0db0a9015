import { Injectable } from '@nestjs/common';
@Injectable() export class RunCommandsService { create(..._: any[]): Promise<any> { throw new Error(); } cancel(..._: any[]): Promise<any> { throw new Error(); } retry(..._: any[]): Promise<any> { throw new Error(); } }
