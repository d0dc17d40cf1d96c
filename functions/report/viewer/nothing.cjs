// Stands for packages that the viewer's script leaves out.
module.exports = {};
