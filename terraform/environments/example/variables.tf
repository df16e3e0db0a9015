variable "name" {
  description = "Name of the environment."
  type        = string
  default     = "example"
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "cluster_name" {
  description = "Name of the EKS cluster."
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets of nodes and database, in two zones or more."
  type        = list(string)
}

variable "node_role_arn" {
  description = "ARN of the nodes' role."
  type        = string
}

variable "bucket" {
  description = "Name of the store's bucket."
  type        = string
}

variable "store_prefix" {
  description = "Prefix of the store in the bucket: empty, or ending with a slash."
  type        = string
  default     = "store/"
}

variable "source_bucket_arns" {
  description = "Buckets that recipes may read from."
  type        = list(string)
  default     = []
}

variable "kms_key_arn" {
  description = "KMS key for store and catalog; null uses the account's keys."
  type        = string
  default     = null
}
