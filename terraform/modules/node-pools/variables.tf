variable "cluster_name" {
  description = "Name of the EKS cluster."
  type        = string
}

variable "node_role_arn" {
  description = "ARN of the nodes' role, with the EKS worker, CNI and registry read policies."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the nodes."
  type        = list(string)
}

variable "steady" {
  description = "Control plane, Spark drivers and Ray heads: what should not be interrupted. Sizes in nodes, disk in GiB."
  type = object({
    instance_types = list(string)
    disk_gib       = number
    min_size       = number
    max_size       = number
  })
  default = {
    instance_types = ["m7i.xlarge"]
    disk_gib       = 100
    min_size       = 2
    max_size       = 6
  }
}

variable "spot" {
  description = "Spark executors and Ray workers: several types of one size, so that one market's shortage stops nothing. The disk holds shuffles."
  type = object({
    instance_types = list(string)
    disk_gib       = number
    min_size       = number
    max_size       = number
  })
  default = {
    instance_types = ["m7i.4xlarge", "m6i.4xlarge", "m7a.4xlarge", "m6a.4xlarge"]
    disk_gib       = 500
    min_size       = 0
    max_size       = 40
  }
}

variable "gpu" {
  description = "Model stages that ask for a GPU."
  type = object({
    instance_types = list(string)
    disk_gib       = number
    min_size       = number
    max_size       = number
  })
  default = {
    instance_types = ["g6.2xlarge"]
    disk_gib       = 200
    min_size       = 0
    max_size       = 8
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
