variable "name" {
  description = "Name of the instance and of what belongs to it."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the instance."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in two zones or more."
  type        = list(string)
  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two zones or more."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a name for each."
  type        = map(string)
}

variable "postgres_major" {
  description = "Major version of Postgres; the control plane is tested on 15 and 18."
  type        = number
  default     = 17
}

variable "instance_class" {
  description = "Size of the instance. The catalog is small: rows per run, not per document."
  type        = string
  default     = "db.t4g.medium"
}

variable "storage_gib" {
  description = "Storage at the start, GiB; it grows by itself to four times that."
  type        = number
  default     = 50
}

variable "multi_az" {
  description = "A standby in another zone."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Days that backups are kept."
  type        = number
  default     = 14
}

variable "deletion_protection" {
  description = "Refuse to delete the instance."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "KMS key for encryption at rest; null uses the account's key for RDS."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
