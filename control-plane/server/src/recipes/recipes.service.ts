import { Injectable } from '@nestjs/common';
@Injectable() export class RecipesService { validate(_: any): Promise<any> { throw new Error(); } list(_: any): Promise<any> { throw new Error(); } get(_: any): Promise<any> { throw new Error(); } }
