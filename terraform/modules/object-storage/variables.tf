variable "bucket" {
  description = "Name of the bucket, unique in all of S3."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "Give 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "store_prefix" {
  description = "Prefix of the store in the bucket, empty or ending with a slash; CORPUSMILL_STORE is s3://<bucket>/<prefix>."
  type        = string
  default     = "store/"
  validation {
    condition     = var.store_prefix == "" || endswith(var.store_prefix, "/")
    error_message = "End it with a slash, or leave it empty."
  }
}

variable "kms_key_arn" {
  description = "KMS key for encryption at rest; null uses the account's key for S3."
  type        = string
  default     = null
}

variable "noncurrent_days" {
  description = "Days that replaced and deleted objects are kept."
  type        = number
  default     = 30
}

variable "run_record_days" {
  description = "Days that logs, progress and claims of attempts are kept."
  type        = number
  default     = 400
}

variable "max_signature_age_seconds" {
  description = "Seconds after signing at which a presigned URL is refused."
  type        = number
  default     = 900
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
