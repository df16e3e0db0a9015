variable "name" {
  description = "Prefix of the roles' names."
  type        = string
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's OIDC provider in IAM."
  type        = string
}

variable "oidc_issuer_url" {
  description = "Issuer URL of the cluster."
  type        = string
  validation {
    condition     = startswith(var.oidc_issuer_url, "https://")
    error_message = "It begins with https://."
  }
}

variable "bucket_arn" {
  description = "ARN of the store's bucket."
  type        = string
}

variable "store_prefix" {
  description = "Prefix of the store in the bucket, empty or ending with a slash."
  type        = string
  default     = "store/"
}

variable "source_bucket_arns" {
  description = "Buckets that recipes may read sources, models and tokenizers from."
  type        = list(string)
  default     = []
}

variable "kms_key_arn" {
  description = "KMS key of the store; null where the account's key is used."
  type        = string
  default     = null
}

variable "control_plane_namespace" {
  description = "Namespace of the control plane."
  type        = string
  default     = "corpusmill"
}

variable "jobs_namespace" {
  description = "Namespace of the jobs' pods."
  type        = string
  default     = "corpusmill-jobs"
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
