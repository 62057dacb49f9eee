"""Run the notebooks top to bottom and save them with their outputs.

`python notebooks/execute.py` does both, in some two minutes; `python notebooks/execute.py 01_analyse_a_call.ipynb`
does one, the only one that shows the shipped model. Run them whenever that model, the library, the calls or a notebook
change.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from ipykernel.kernelspec import write_kernel_spec
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs, run by this very Python in the notebook's folder.

    Raises:
        CellExecutionError: A cell fails; the message holds its source and traceback.
    """
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        # a kernel of the user's, of the same name, may belong to another Python
        write_kernel_spec(Path(folder) / "python3")
        specs = KernelSpecManager(kernel_dirs=[folder])
        kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
        client = NotebookClient(
            notebook,
            km=kernel,
            timeout=600,
            record_timing=False,
            resources={"metadata": {"path": str(path.parent)}},
        )
        client.execute(cleanup_kc=True)  # a manager handed over is left running otherwise
    # nothing of this machine's: not the Python's version, nor the kernel's
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main(names: list[str]) -> None:
    """Execute the notebooks of these names, or all, and save them in place."""
    for path in [FOLDER / name for name in names] or sorted(FOLDER.glob("*.ipynb")):
        print(f"running {path.name}")
        nbformat.write(executed(path), path)


if __name__ == "__main__":
    main(sys.argv[1:])
