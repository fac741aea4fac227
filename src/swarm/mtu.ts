/**
 * Option of an overlay network: bytes of a packet on the way between the nodes. Docker takes the 50
 * bytes of VXLAN off it itself (moby, overlay driver, `maxMTU`).
 */
export const MTU_OPTION = 'com.docker.network.driver.mtu';
