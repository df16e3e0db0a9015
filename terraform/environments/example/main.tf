# One environment: a store, a catalog, three node pools and two roles for an EKS cluster and a VPC that are there already.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

locals {
  tags = { project = "corpusmill", environment = var.name }
}

data "aws_eks_cluster" "this" {
  name = var.cluster_name
}

data "aws_iam_openid_connect_provider" "this" {
  url = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
}

module "object_storage" {
  source = "../../modules/object-storage"

  bucket       = var.bucket
  store_prefix = var.store_prefix
  kms_key_arn  = var.kms_key_arn
  tags         = local.tags
}

module "postgres" {
  source = "../../modules/postgres"

  name                      = "corpusmill-${var.name}"
  vpc_id                    = data.aws_eks_cluster.this.vpc_config[0].vpc_id
  subnet_ids                = var.private_subnet_ids
  client_security_group_ids = { cluster = data.aws_eks_cluster.this.vpc_config[0].cluster_security_group_id }
  kms_key_arn               = var.kms_key_arn
  tags                      = local.tags
}

module "node_pools" {
  source = "../../modules/node-pools"

  cluster_name  = var.cluster_name
  node_role_arn = var.node_role_arn
  subnet_ids    = var.private_subnet_ids
  tags          = local.tags
}

module "iam" {
  source = "../../modules/iam"

  name               = "corpusmill-${var.name}"
  oidc_provider_arn  = data.aws_iam_openid_connect_provider.this.arn
  oidc_issuer_url    = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
  bucket_arn         = module.object_storage.bucket_arn
  store_prefix       = var.store_prefix
  source_bucket_arns = var.source_bucket_arns
  kms_key_arn        = var.kms_key_arn
  tags               = local.tags
}
