# Instances of Amazon EC2 for `driver: terraform`, with the credentials of the step.

terraform {
  required_version = ">= 1.4"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
  # Settings come by `backend-config`. The state holds the private host keys: keep it private.
  backend "s3" {
    encrypt = true
  }
}

# What Swarm Up asks for. It keeps what it is given only if its type is `any`.
variable "swarm_up" {
  type = any
}

# For cloud-init, by machine: host name, host key, and who may log in.
variable "swarm_up_user_data" {
  type      = map(string)
  sensitive = true
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "instance_type" {
  type    = string
  default = "t3.small"
}

provider "aws" {
  region = var.region
}

# By this the state says whose the machines are.
resource "terraform_data" "swarm_up" {
  input = var.swarm_up
}

data "aws_vpc" "this" {
  default = true
}

data "aws_ami" "ubuntu" {
  most_recent = true
  owners      = ["099720109477"] # Canonical
  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

locals {
  ports = concat([{ port = 22, protocol = "tcp" }], var.swarm_up.ports)
}

resource "aws_security_group" "this" {
  name        = var.swarm_up.name
  description = "Cluster ${var.swarm_up.cluster}"
  vpc_id      = data.aws_vpc.this.id
  tags        = merge(var.swarm_up.labels, { Name = var.swarm_up.name })

  # The nodes reach each other at every port.
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }

  dynamic "ingress" {
    for_each = local.ports
    content {
      from_port        = ingress.value.port
      to_port          = ingress.value.port
      protocol         = lookup({ sctp = "132" }, ingress.value.protocol, ingress.value.protocol)
      cidr_blocks      = ["0.0.0.0/0"]
      ipv6_cidr_blocks = ["::/0"]
    }
  }

  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_instance" "machine" {
  # The key has to be the name of the machine: by it a plan is searched for machines that would go.
  for_each               = var.swarm_up.machines
  ami                    = data.aws_ami.ubuntu.id
  instance_type          = var.instance_type
  vpc_security_group_ids = [aws_security_group.this.id]
  user_data              = var.swarm_up_user_data[each.key]
  # A renewal of the end writes the tags of machines that run.
  tags        = merge(each.value.labels, { Name = each.value.name })
  volume_tags = merge(each.value.labels, { Name = each.value.name })

  metadata_options {
    http_tokens = "required"
    # A container does not reach the user data then.
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_size = 20
  }

  lifecycle {
    # Of a machine that exists, the user data are empty; and a newer image is no reason to go.
    ignore_changes = [user_data, ami]
  }
}

output "swarm_up" {
  value = {
    nodes = [for name, instance in aws_instance.machine : {
      name            = name
      address         = instance.public_ip
      private_address = instance.private_ip
    }]
  }
}
