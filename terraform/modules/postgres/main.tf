# The catalog's Postgres: encrypted, private, TLS only, with a password that RDS keeps in Secrets Manager.
resource "aws_db_subnet_group" "catalog" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = var.tags
}

resource "aws_security_group" "catalog" {
  name        = "${var.name}-postgres"
  description = "Postgres, from the cluster's nodes only"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "catalog" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.catalog.id
  description                  = "Postgres from ${each.key}"
  referenced_security_group_id = each.value
  from_port                    = 5432
  to_port                      = 5432
  ip_protocol                  = "tcp"
}

resource "aws_db_parameter_group" "catalog" {
  # A prefix: another major version needs another family, and both groups are there while one replaces the other.
  name_prefix = "${var.name}-"
  family      = "postgres${var.postgres_major}"
  tags        = var.tags

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "catalog" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = tostring(var.postgres_major)
  instance_class = var.instance_class

  db_name                     = "corpusmill"
  username                    = "corpusmill"
  manage_master_user_password = true

  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib * 4
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.catalog.name
  vpc_security_group_ids = [aws_security_group.catalog.id]
  parameter_group_name   = aws_db_parameter_group.catalog.name
  publicly_accessible    = false
  multi_az               = var.multi_az

  backup_retention_period      = var.backup_days
  copy_tags_to_snapshot        = true
  deletion_protection          = var.deletion_protection
  skip_final_snapshot          = false
  final_snapshot_identifier    = "${var.name}-final"
  auto_minor_version_upgrade   = true
  allow_major_version_upgrade  = true
  performance_insights_enabled = true

  tags = var.tags
}
