"""cells separated by lines '%%md' or '%%py'; writes notebooks/NAME.ipynb"""
import sys, json, hashlib, pathlib
name=sys.argv[1]; text=pathlib.Path(f"docs/drafts/{name}.txt").read_text()
text=text.replace("{{SETUP}}", '''try:
    import fer_course
except ModuleNotFoundError:  # on Colab the notebook comes without the package
    %pip install -q "fer-course[notebooks] @ git+https://github.com/OWNER/fer-course"

from fer_course import setup

course = setup()  # or setup(data="path/to/fer2013", profile="full")''')
cells=[]; kind=None; buf=[]
def flush():
    if kind is None: return
    src="\n".join(buf).strip("\n")
    i=hashlib.sha1((name+str(len(cells))).encode()).hexdigest()[:8]
    c={"cell_type":"markdown" if kind=="md" else "code","id":i,"metadata":{},"source":src.splitlines(keepends=True)}
    if kind=="py": c|={"execution_count":None,"outputs":[]}
    cells.append(c)
for line in text.splitlines():
    if line in("%%md","%%py"):
        flush(); kind=line[2:]; buf=[]
    else: buf.append(line)
flush()
ref=json.load(open("notebooks/09_responsible_use.ipynb"))
nb={"cells":cells,"metadata":ref["metadata"],"nbformat":ref["nbformat"],"nbformat_minor":ref["nbformat_minor"]}
pathlib.Path(f"notebooks/{name}.ipynb").write_text(json.dumps(nb,indent=1,ensure_ascii=False,sort_keys=True)+"\n")
print(name,len(cells),"cells", sum(len("".join(c["source"]).split()) for c in cells if c["cell_type"]=="markdown"),"words")
