// v1's command line listens on every interface: let it listen on loopback only
const { Server } = require("net")

const listen = Server.prototype.listen
Server.prototype.listen = function (port, ...rest) {
	const isPort = typeof port === "number" || /^\d+$/.test(String(port))
	if (!isPort) return listen.call(this, port, ...rest)
	return listen.call(this, Number(port), "127.0.0.1", ...rest.filter((part) => typeof part !== "string"))
}
