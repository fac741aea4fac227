# Servers of Hetzner Cloud for `driver: terraform`, with HCLOUD_TOKEN.

terraform {
  required_version = ">= 1.4"
  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.50"
    }
  }
  # Settings come by `backend-config`. The state holds the private host keys: keep it private.
  backend "s3" {}
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

variable "location" {
  type    = string
  default = "nbg1"
}

variable "server_type" {
  type    = string
  default = "cx23"
}

# By this the state says whose the machines are.
resource "terraform_data" "swarm_up" {
  input = var.swarm_up
}

locals {
  range   = "10.64.0.0/16"
  world   = ["0.0.0.0/0", "::/0"]
  ports   = concat([{ port = 22, protocol = "tcp" }], var.swarm_up.ports)
  cluster = { swarm-up = var.swarm_up.name }
}

resource "hcloud_network" "this" {
  name     = var.swarm_up.name
  ip_range = local.range
  labels   = local.cluster
}

resource "hcloud_network_subnet" "this" {
  network_id   = hcloud_network.this.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = local.range
}

# The private network has no firewall, so the nodes reach each other there.
resource "hcloud_firewall" "this" {
  name   = var.swarm_up.name
  labels = local.cluster
  dynamic "rule" {
    for_each = local.ports
    content {
      direction  = "in"
      protocol   = rule.value.protocol
      port       = tostring(rule.value.port)
      source_ips = local.world
    }
  }
}

resource "hcloud_server" "machine" {
  # The key has to be the name of the machine: by it a plan is searched for machines that would go.
  for_each     = var.swarm_up.machines
  name         = each.value.name
  location     = var.location
  server_type  = var.server_type
  image        = "docker-ce"
  user_data    = var.swarm_up_user_data[each.key]
  firewall_ids = [hcloud_firewall.this.id]
  labels       = local.cluster
  network {
    network_id = hcloud_network.this.id
  }
  depends_on = [hcloud_network_subnet.this]
  lifecycle {
    # Of a machine that exists, the user data are empty.
    ignore_changes = [user_data, image]
  }
}

output "swarm_up" {
  value = {
    nodes = [for name, server in hcloud_server.machine : {
      name            = name
      address         = server.ipv4_address
      private_address = one([for network in server.network : network.ip])
    }]
  }
}
