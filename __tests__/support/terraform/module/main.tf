# A module as docs/drivers/terraform.md describes it, with nothing but what Terraform has itself.

variable "swarm_up" {
  type = any
}

variable "swarm_up_user_data" {
  type      = map(string)
  sensitive = true
}

# Makes a machine, and removes it: `<program> create|destroy <name>`.
variable "program" {
  type    = string
  default = "true"
}

variable "network" {
  type    = string
  default = "192.0.2"
}

variable "user" {
  type    = string
  default = "swarm-up"
}

resource "terraform_data" "swarm_up" {
  input = var.swarm_up
}

resource "terraform_data" "firewall" {
  input = var.swarm_up.ports
}

resource "terraform_data" "machine" {
  for_each = var.swarm_up.machines
  input = {
    name      = each.value.name
    program   = var.program
    address   = "${var.network}.${100 + each.value.index}"
    user_data = var.swarm_up_user_data[each.key]
  }
  lifecycle {
    ignore_changes = [input]
  }
  provisioner "local-exec" {
    command     = "${self.input.program} create ${self.input.name}"
    environment = { ADDRESS = self.input.address, USER_DATA = self.input.user_data }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "${self.input.program} destroy ${self.input.name}"
  }
}

output "swarm_up" {
  value = {
    nodes = [for key, machine in terraform_data.machine : {
      name    = key
      address = machine.input.address
      user    = var.user
    }]
  }
}
